package cairn.hypervisor.domain;

/** libvirt's {@code <interface type='ethernet'>} on a tap that exists already. */
public record InterfaceElement(String tap, String mac, Model model, String alias) {

  /** What card the guest sees. */
  public enum Model {
    VIRTIO("virtio"),
    E1000("e1000"),
    RTL8139("rtl8139");

    private final String word;

    Model(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }
}
