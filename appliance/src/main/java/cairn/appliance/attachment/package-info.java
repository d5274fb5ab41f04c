/**
 * Disks and images that machines have beyond what their own documents name, and get and lose while
 * they run. It must not know how a device comes about, nor how a machine is started; what is
 * plugged in is truth that the hypervisor tells. Start reading at {@link
 * cairn.appliance.attachment.AttachmentReconciler}.
 */
@NullMarked
package cairn.appliance.attachment;

import org.jspecify.annotations.NullMarked;
