// SPDX-License-Identifier: LGPL-2.1-or-later
int main () {
  Error error = new Truce.Error.CONFLICT ("both changed it");
  return error.matches (Truce.Error.quark (), Truce.Error.CONFLICT) ? 0 : 1;
}
