/**
 * The tiny runtime that turns "this object may need attention" into calls of a reconciler: a queue
 * per kind, serial per key, with back-off; woken by changes in the store and from outside. It must
 * not know any kind. Start reading at {@link cairn.appliance.controller.Reconciler}.
 */
@NullMarked
package cairn.appliance.controller;

import org.jspecify.annotations.NullMarked;
