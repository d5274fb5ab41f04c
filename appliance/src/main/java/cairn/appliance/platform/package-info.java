/**
 * What exists from the first start on: namespaces, the node, the default class, the pool as a
 * StorageClass, and the settings. Each is made once; what a user deletes or changes afterwards
 * stays so, but for the node, which is kept true.
 */
@NullMarked
package cairn.appliance.platform;

import org.jspecify.annotations.NullMarked;
