package cairn.hypervisor;

/** Virtual processors as the guest sees them. */
public record CpuTopology(int sockets, int coresPerSocket) {

  public CpuTopology {
    if (sockets < 1 || coresPerSocket < 1) {
      throw new IllegalArgumentException(
          "topology is %d x %d, expected at least 1 x 1".formatted(sockets, coresPerSocket));
    }
  }

  public int cores() {
    return sockets * coresPerSocket;
  }
}
