package cairn.hypervisor;

import java.util.List;

/** Which processor the guest sees. Under emulation the first two become QEMU's maximum model. */
public sealed interface CpuModel {

  /** The host's model with the features libvirt knows to be safe. */
  record Host() implements CpuModel {}

  /** The host's processor as it is. */
  record HostPassthrough() implements CpuModel {}

  /** A named model, such as {@code Nehalem}. */
  record Named(String model) implements CpuModel {}

  /** The plain 64-bit base model and these features. */
  record Features(List<String> required, List<String> optional) implements CpuModel {

    public Features {
      required = List.copyOf(required);
      optional = List.copyOf(optional);
    }
  }
}
