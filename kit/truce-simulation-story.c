/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Everything is drawn before the first step is made, so that a story can be told again without any of its
 * steps. What a step will find is not known then: some write to what is not there, or retry what did not
 * fail, and get an error, as people do. Each write has a tag of its own (see truce-simulation-record.h).
 *
 * Some things don't go together, and a story has one or the other: a copied or restored store may use a stamp
 * a second time, which only the hub can find out, and a purged tombstone is known to nobody; so who merges
 * beside the hub does neither. A hub that was put back may have forgotten a purge, and which of two copies it
 * knew: then neither can be told from the other. */

#include "truce-simulation-story.h"
#include "truce-simulation-record.h"

#define N_IDS 2u                /* few, so that many write to the same */

typedef struct
{
  guint64 random;
  TruceSimulationFaults faults;
  guint n_replicas;
  guint n_events;
  guint n_backups;
  gboolean hub_saved;
  const char *collections[2];
  GString *steps;
  GString *troubled;            /* a step that settles what the last fault of a record may bring; or empty */
} Teller;

/* SplitMix64 (Steele, Lea, Flood, 2014). */
static guint64
draw (Teller *self)
{
  guint64 x = self->random += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  x = (x ^ x >> 30) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  x = (x ^ x >> 27) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return x ^ x >> 31;
}

static guint
pick (Teller *self,
      guint   n)
{
  return (guint) (draw (self) % n);
}

static gboolean
chance (Teller *self,
        guint   percent)
{
  return pick (self, 100) < percent;
}

static char
replica (Teller *self)
{
  return (char) ('a' + pick (self, self->n_replicas));
}

/* One of the words in a text. */
static const char *
word (Teller            *self,
      const char *const *words)
{
  guint n = 0;

  while (words[n] != NULL)
    n++;
  return words[pick (self, n)];
}

static void
step (Teller     *self,
      const char *format,
      ...) G_GNUC_PRINTF (2, 3);

static void
step (Teller     *self,
      const char *format,
      ...)
{
  va_list arguments;

  if (self->steps->len > 1)
    g_string_append (self->steps, ",\n");
  va_start (arguments, format);
  g_string_append_vprintf (self->steps, format, arguments);
  va_end (arguments);
}

/* ---- writes ---- */

static const char *const elements[] = { "p", "q", "r", "s", NULL };

static void
add_field (Teller     *self,
           GString    *value,
           const char *field,
           guint       tag,
           gboolean    whole)
{
  TruceKind kind = truce_sim_kind (field);

  if (kind == TRUCE_KIND_IMMUTABLE && !whole)
    return;
  g_string_append_printf (value, "\"%s\":", field);
  if (g_str_equal (field, "parent"))
    g_string_append_printf (value, "\"%u\",", 1 + pick (self, N_IDS));
  else if (g_str_equal (field, "size") || kind == TRUCE_KIND_MAX || kind == TRUCE_KIND_MIN ||
           kind == TRUCE_KIND_COUNTER)
    g_string_append_printf (value, "%d,", (int) pick (self, 41) - 20);
  else if (kind == TRUCE_KIND_SET || kind == TRUCE_KIND_LIST)
    g_string_append_printf (value, "[\"%s\",\"%u\"],", word (self, elements), tag);
  else if (kind == TRUCE_KIND_MAP)
    g_string_append_printf (value, "{\"x\":\"x%u\",\"y\":\"y%u\"},", tag, tag);
  else if (kind == TRUCE_KIND_FLAG)
    g_string_append_printf (value, "%s,", chance (self, 50) ? "true" : "false");
  else if (kind == TRUCE_KIND_TEXT)
    g_string_append_printf (value, "\"one %s two %u three\",", word (self, elements), tag);
  else
    g_string_append_printf (value, "\"v%u\",", tag);
}

static char *
value_new (Teller     *self,
           const char *collection,
           guint       tag,
           gboolean    whole)
{
  static const char *const plain[] = {
    "title", "owner", "pick", "votes", "tags", "done", "high", "low", "meta", "code", "here", NULL,
  };
  static const char *const gated[] = { "title", "votes", "high", "note", "steps", "size", NULL };
  static const char *const registers[] = { "title", "owner", NULL };
  const char *const *fields = g_str_equal (collection, "doc")    ? gated
                              : g_str_equal (collection, "memo") ? registers
                                                                 : plain;
  GString *value = g_string_new ("{");

  for (guint i = 0; fields[i] != NULL; i++)
    if (chance (self, whole ? 50 : 25))
      add_field (self, value, fields[i], tag, whole);
  if (g_str_equal (collection, "item") && chance (self, 50))
    add_field (self, value, "parent", tag, whole);
  g_string_append_printf (value, "\"e%u\":1}", tag);
  return g_string_free (value, FALSE);
}

/* The operations of one write, as a batch has them. */
static char *
operations_new (Teller     *self,
                const char *collection,
                guint       id)
{
  gboolean plain = !g_str_equal (collection, "doc") && !g_str_equal (collection, "memo");
  guint tag = self->n_events++;
  guint what = pick (self, 100);
  g_autofree char *value = value_new (self, collection, tag, what < 25);
  g_autofree char *patch = g_strdup_printf ("[\"patch\",\"%s\",\"%u\",{\"e%u\":1}]", collection, id, tag);

  if (what < 25)
    return g_strdup_printf ("[\"put\",\"%s\",\"%u\",%s]", collection, id, value);
  if (what < 60 || (what < 85 && !plain))
    return g_strdup_printf ("[\"patch\",\"%s\",\"%u\",%s]", collection, id, value);
  if (what < 70)
    return g_strdup_printf ("[\"increment\",\"%s\",\"%u\",\"votes\",%d],%s", collection, id,
                            (int) pick (self, 9) - 4, patch);
  if (what < 85)
    return g_strdup_printf ("[\"%s\",\"%s\",\"%u\",\"tags\",\"%s\"],%s", what < 79 ? "add" : "remove", collection,
                            id, word (self, elements), patch);
  if (what < 95)
    return g_strdup_printf ("%s,[\"delete\",\"%s\",\"%u\"]", patch, collection, id);
  return g_strdup_printf ("[\"undelete\",\"%s\",\"%u\"],%s", collection, id, patch);
}

static const char *
collection (Teller *self)
{
  return self->collections[pick (self, G_N_ELEMENTS (self->collections))];
}

static void
tell_write (Teller *self)
{
  const char *name = collection (self);
  guint id = 1 + pick (self, N_IDS);
  g_autofree char *operations = operations_new (self, name, id);

  step (self, "{\"on\":\"%c\",\"batch\":[%s],\"policy\":\"atomic\"}", replica (self), operations);
}

/* Different records, so that each has one tag. */
static void
tell_batch (Teller *self)
{
  static const char *const policies[] = { "atomic", "independent", "stop", NULL };
  const char *name = collection (self);
  g_autoptr(GString) all = g_string_new (NULL);

  for (guint id = 1; id <= N_IDS; id++)
    {
      g_autofree char *operations = operations_new (self, name, id);

      if (id > 1 && chance (self, 30))
        break;
      g_string_append_printf (all, "%s%s", all->len > 0 ? "," : "", operations);
    }
  step (self, "{\"on\":\"%c\",\"batch\":[%s],\"policy\":\"%s\"}", replica (self), all->str,
        word (self, policies));
}

static void
tell_patch (Teller *self)
{
  const char *name = collection (self);
  guint tag = self->n_events++;
  g_autofree char *value = value_new (self, name, tag, FALSE);
  const char *unset = chance (self, 30) && strstr (value, "owner") == NULL ? ",\"unset\":[\"owner\"]" : "";

  step (self, "{\"on\":\"%c\",\"patch\":[\"%s\",\"%u\",%s]%s}", replica (self), name, 1 + pick (self, N_IDS),
        value, unset);
}

/* ---- faults ---- */

static const char *const points[] = { "open", "push", "push", "pull", "pull", "close", NULL };

static void
tell_exchange_fault (Teller     *self,
                     const char *what)
{
  step (self, "{\"fault\":{\"on\":\"%c\",\"at\":\"%s\",\"do\":\"%s\"},\"times\":%u}", replica (self),
        word (self, points), what, 1 + pick (self, 3));
}

static void
tell_lost (Teller *self)
{
  tell_exchange_fault (self, chance (self, 30) ? "drop-request" : "drop-reply");
}

static void
tell_doubled (Teller *self)
{
  tell_exchange_fault (self, "duplicate");
}

static void
tell_late (Teller *self)
{
  tell_exchange_fault (self, "late");
}

static void
tell_cut (Teller *self)
{
  step (self, "{\"fault\":{\"on\":\"%c\",\"at\":\"pull\",\"do\":\"truncate\"}}", replica (self));
}

static void
tell_auth (Teller *self)
{
  tell_exchange_fault (self, "auth");
}

static void
tell_crash (Teller *self)
{
  if (chance (self, 10))
    step (self, "{\"crash\":\"hub\"}");
  else if (chance (self, 25))
    step (self, "{\"crash\":\"%c\"}", replica (self));
  else
    step (self, "{\"fault\":{\"on\":\"%c\",\"%s\":\"commit\",\"do\":\"crash\"}}", replica (self),
          chance (self, 50) ? "at" : "after");
}

static void
tell_record_fault (Teller     *self,
                   const char *what)
{
  char name = replica (self);
  const char *of = collection (self);
  guint id = 1 + pick (self, N_IDS);

  step (self,
        "{\"fault\":{\"on\":\"%c\",\"at\":\"push\",\"collection\":\"%s\",\"id\":\"%u\",\"do\":\"%s\"},\"times\":%u}",
        name, of, id, what, 1 + pick (self, 4));
  if (g_str_equal (what, "permanent"))
    g_string_printf (self->troubled, "{\"on\":\"%c\",\"%s\":[\"%s\",\"%u\"]}", name,
                     chance (self, 60) ? "retry" : "discard", of, id);
}

static void
tell_reject (Teller *self)
{
  tell_record_fault (self, "permanent");
}

static void
tell_transient (Teller *self)
{
  if (chance (self, 50))
    tell_record_fault (self, "transient");
  else
    tell_exchange_fault (self, "transient");
}

#define TEN_YEARS G_GINT64_CONSTANT (315360000000)      /* ms */

static gint64
skew (Teller *self)
{
  gint64 most = pick (self, 3) == 0 ? TEN_YEARS : 600000;

  return chance (self, 30) ? 0 : (gint64) (draw (self) % (guint64) (2 * most)) - most;
}

static void
tell_clock (Teller *self)
{
  step (self, "{\"on\":\"%c\",\"skew_ms\":%" G_GINT64_FORMAT "}", replica (self), skew (self));
}

static void
tell_restore (Teller *self)
{
  if (self->n_backups == 0 || chance (self, 50))
    step (self, "{\"backup\":\"%c\",\"as\":\"copy%u\"}", replica (self), self->n_backups++);
  else
    step (self, "{\"restore\":\"copy%u\",\"to\":\"%c\"}", pick (self, self->n_backups), replica (self));
}

static void
tell_purge (Teller *self)
{
  step (self, "{\"advance\":%u}", 1000 + pick (self, 200000));
  step (self, "{\"hub\":\"purge\"}");
}

static void
tell_epoch (Teller *self)
{
  if (self->faults & (TRUCE_SIMULATION_FAULTS_PURGE | TRUCE_SIMULATION_FAULTS_RESTORE))
    step (self, "{\"hub\":\"reset\"}");
  else if (!self->hub_saved)
    step (self, "{\"backup\":\"hub\",\"as\":\"hub copy\"}");
  else
    step (self, chance (self, 50) ? "{\"hub\":\"reset\"}" : "{\"restore\":\"hub copy\",\"to\":\"hub\"}");
  self->hub_saved = TRUE;
}

static void
tell_merge (Teller *self)
{
  char to = replica (self);
  char from = replica (self);

  if (to != from)
    step (self, "{\"merge\":[\"%c\",\"%c\"]}", to, from);
}

static void
tell_fault (Teller *self)
{
  static const struct
  {
    TruceSimulationFaults fault;
    void (*tell) (Teller *);
  } all[] = {
    { TRUCE_SIMULATION_FAULTS_LOST, tell_lost },       { TRUCE_SIMULATION_FAULTS_DOUBLED, tell_doubled },
    { TRUCE_SIMULATION_FAULTS_LATE, tell_late },       { TRUCE_SIMULATION_FAULTS_CUT, tell_cut },
    { TRUCE_SIMULATION_FAULTS_CRASH, tell_crash },     { TRUCE_SIMULATION_FAULTS_CLOCK, tell_clock },
    { TRUCE_SIMULATION_FAULTS_RESTORE, tell_restore }, { TRUCE_SIMULATION_FAULTS_PURGE, tell_purge },
    { TRUCE_SIMULATION_FAULTS_EPOCH, tell_epoch },     { TRUCE_SIMULATION_FAULTS_REJECT, tell_reject },
    { TRUCE_SIMULATION_FAULTS_AUTH, tell_auth },       { TRUCE_SIMULATION_FAULTS_TRANSIENT, tell_transient },
    { TRUCE_SIMULATION_FAULTS_MERGE, tell_merge },
  };
  guint i = pick (self, G_N_ELEMENTS (all));

  if (self->faults & all[i].fault)
    all[i].tell (self);
}

/* ---- the whole ---- */

/* All have something to change. */
static void
tell_beginning (Teller *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->collections); i++)
    for (guint id = 1; id <= N_IDS; id++)
      {
        guint tag = self->n_events++;
        g_autofree char *value = value_new (self, self->collections[i], tag, TRUE);

        step (self, "{\"on\":\"%c\",\"put\":[\"%s\",\"%u\",%s]}", replica (self), self->collections[i], id,
              value);
      }
  step (self, "{\"settle\":true}");
}

static void
tell_step (Teller *self)
{
  guint what = pick (self, 100);

  if (what < 25)
    tell_write (self);
  else if (what < 40)
    tell_patch (self);
  else if (what < 45)
    tell_batch (self);
  else if (what < 70)
    step (self, "{\"sync\":\"%c\"}", replica (self));
  else if (what < 73)
    step (self, "{\"settle\":true}");
  else if (what < 78)
    step (self, "{\"advance\":%u}", 1u << pick (self, 25));
  else if (what < 81 && self->troubled->len > 0)
    {
      step (self, "%s", self->troubled->str);
      g_string_truncate (self->troubled, 0);
    }
  else
    tell_fault (self);
}

#define PLAIN_FIELDS                                                                                           \
  "\"fields\":{\"votes\":\"counter\",\"tags\":\"set\",\"done\":\"flag\",\"high\":\"max\",\"low\":\"min\","     \
  "\"pick\":\"multi-register\",\"meta\":\"map\",\"code\":\"immutable\",\"here\":\"local\"}"

static const struct
{
  const char *collection;
  const char *schema;
} schemas[] = {
  { "task", "{" PLAIN_FIELDS "}" },
  { "mail", "{" PLAIN_FIELDS ",\"delete\":\"delete-wins\"}" },
  { "chat", "{" PLAIN_FIELDS ",\"delete\":\"later-wins\"}" },
  { "item", "{" PLAIN_FIELDS ",\"references\":{\"parent\":\"task\"}}" },
  { "doc", "{\"fields\":{\"votes\":\"counter\",\"high\":\"max\",\"note\":\"text\",\"steps\":\"list\","
    "\"size\":{\"kind\":\"register\",\"rule\":\"max\"}}}" },
  { "memo", "{\"resolver\":\"prefer-local\"}" },
  { "memo", "{\"resolver\":\"prefer-remote\"}" },
  { "memo", "{\"resolver\":\"last-write\"}" },
  { "memo", "{\"resolver\":\"defer\"}" },
};

/* Always the first one, and another. */
static char *
choose_schemas (Teller *self)
{
  guint other = 1 + pick (self, G_N_ELEMENTS (schemas) - 1);

  self->collections[0] = schemas[0].collection;
  self->collections[1] = schemas[other].collection;
  return g_strdup_printf ("{\"%s\":%s,\"%s\":%s}", schemas[0].collection, schemas[0].schema,
                          schemas[other].collection, schemas[other].schema);
}

static char *
replicas_new (Teller  *self,
              gboolean sqlite)
{
  GString *text = g_string_new ("{");

  for (guint i = 0; i < self->n_replicas; i++)
    {
      gboolean off = (self->faults & TRUCE_SIMULATION_FAULTS_CLOCK) && chance (self, 30);

      g_string_append_printf (text, "%s\"%c\":{\"skew_ms\":%" G_GINT64_FORMAT "%s}", i > 0 ? "," : "",
                              'a' + i, off ? skew (self) : 0, sqlite ? ",\"store\":\"sqlite\"" : "");
    }
  return g_string_free (g_string_append_c (text, '}'), FALSE);
}

static void
choose (Teller             *self,
        const TruceSimPlan *plan)
{
  guint most = pick (self, 8) == 0 ? TRUCE_SIM_MAX_REPLICAS : 4;

  self->n_replicas = plan->n_replicas > 0 ? plan->n_replicas : 2 + pick (self, most - 1);
  if (chance (self, 40))
    self->faults &=
      ~(TRUCE_SIMULATION_FAULTS_RESTORE | TRUCE_SIMULATION_FAULTS_PURGE | TRUCE_SIMULATION_FAULTS_EPOCH);
  else
    self->faults &= ~TRUCE_SIMULATION_FAULTS_MERGE;
  if (chance (self, 50))
    self->faults &= ~TRUCE_SIMULATION_FAULTS_PURGE;
  if (plan->seed % 3 == 0)
    self->faults &= ~TRUCE_SIMULATION_FAULTS_RESTORE;
}

JsonNode *
truce_sim_story_new (const TruceSimPlan *plan)
{
  Teller teller = { .random = plan->seed, .faults = plan->faults };
  g_autoptr(GString) steps = g_string_new ("[");
  g_autoptr(GString) troubled = g_string_new (NULL);
  g_autoptr(GError) error = NULL;
  g_autofree char *schema = NULL;
  g_autofree char *replicas = NULL;
  g_autofree char *text = NULL;
  guint n_steps;
  JsonNode *story;

  teller.steps = steps;
  teller.troubled = troubled;
  choose (&teller, plan);
  n_steps = plan->n_steps > 0 ? plan->n_steps : 15 + pick (&teller, 60);
  schema = choose_schemas (&teller);
  replicas = replicas_new (&teller, plan->sqlite);
  if (chance (&teller, 70))
    tell_beginning (&teller);
  for (guint i = 0; i < n_steps; i++)
    tell_step (&teller);

  text = g_strdup_printf ("{\"scenario\":\"seed %" G_GUINT64_FORMAT "\",\"schema\":%s,"
                          "\"hub\":{\"tombstone_ttl_ms\":60000},\"replicas\":%s,\"steps\":%s]}",
                          plan->seed, schema, replicas, steps->str);
  story = json_from_string (text, &error);
  g_assert_no_error (error);
  return story;
}

static guint
max_event (JsonNode *node)
{
  guint most = 0;

  if (JSON_NODE_HOLDS_ARRAY (node))
    for (guint i = 0; i < json_array_get_length (json_node_get_array (node)); i++)
      most = MAX (most, max_event (json_array_get_element (json_node_get_array (node), i)));
  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObjectIter iter;
      const char *name;
      JsonNode *member;

      json_object_iter_init (&iter, json_node_get_object (node));
      while (json_object_iter_next (&iter, &name, &member))
        most = MAX (most, MAX (max_event (member), (guint) (truce_sim_tag_number (name, strlen (name)) + 1)));
    }
  return most;
}

guint
truce_sim_story_n_events (JsonObject *story)
{
  return max_event (json_object_get_member (story, "steps"));
}
