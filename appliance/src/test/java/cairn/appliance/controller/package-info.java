/** Tests of the package of the same name. */
@NullMarked
package cairn.appliance.controller;

import org.jspecify.annotations.NullMarked;
