/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-conflict-list.h"

/* Items are made as they are asked for: a merge of large documents may leave many conflicts that nobody
 * looks at. */
struct _TruceConflictList
{
  GObject parent_instance;
  TruceMerge *merge;            /* owned */
};

static GType
get_item_type (GListModel *model)
{
  return TRUCE_TYPE_FIELD_CONFLICT;
}

static guint
get_n_items (GListModel *model)
{
  TruceConflictList *self = TRUCE_CONFLICT_LIST (model);

  return self->merge != NULL ? self->merge->conflicts->len : 0;
}

static gpointer
get_item (GListModel *model,
          guint       position)
{
  return position < get_n_items (model) ? truce_field_conflict_new (TRUCE_CONFLICT_LIST (model), position) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TruceConflictList, truce_conflict_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
truce_conflict_list_finalize (GObject *object)
{
  TruceConflictList *self = TRUCE_CONFLICT_LIST (object);

  g_clear_pointer (&self->merge, truce_merge_free);

  G_OBJECT_CLASS (truce_conflict_list_parent_class)->finalize (object);
}

static void
truce_conflict_list_class_init (TruceConflictListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = truce_conflict_list_finalize;
}

static void
truce_conflict_list_init (TruceConflictList *self)
{
}

TruceConflictList *
truce_conflict_list_new (TruceMerge *merge)
{
  TruceConflictList *self = g_object_new (TRUCE_TYPE_CONFLICT_LIST, NULL);

  self->merge = merge;
  return self;
}

const TruceMerge *
truce_conflict_list_get_merge (TruceConflictList *self)
{
  return self->merge;
}
