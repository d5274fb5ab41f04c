package cairn.appliance.settings;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What {@code cairn.yaml} says; names are the file's keys.
 *
 * @param nodeName empty: the host's name in lower case, as found at first start
 */
public record Settings(
    Listen listen,
    Paths paths,
    Hypervisor hypervisor,
    Host host,
    Imports imports,
    Network network,
    Optional<String> nodeName) {

  public Settings {
    requireNonNull(listen, "listen is null");
    requireNonNull(paths, "paths is null");
    requireNonNull(hypervisor, "hypervisor is null");
    requireNonNull(host, "host is null");
    requireNonNull(imports, "imports is null");
    requireNonNull(network, "network is null");
    requireNonNull(nodeName, "nodeName is null");
  }

  /**
   * Where the API is served.
   *
   * @param names host names and addresses in the certificate beside the usual ones
   */
  public record Listen(String address, int port, List<String> names) {
    public Listen {
      requireNonNull(address, "address is null");
      names = List.copyOf(names);
    }
  }

  /** Folders, absolute. */
  public record Paths(Path state, Path run, Path log) {
    public Paths {
      requireNonNull(state, "state is null");
      requireNonNull(run, "run is null");
      requireNonNull(log, "log is null");
    }
  }

  /**
   * @param libvirtSocket of our own libvirt, in its run folder
   * @param libvirtLog its log folder
   * @param libvirtTpm folder where it keeps what the TPMs of machines remember
   * @param qemuGroup the group that QEMU runs with, so that it may open disks
   * @param hostShutdownLimit how long all guests together may take to power off when the host goes
   *     down
   */
  public record Hypervisor(
      Path libvirtSocket,
      Path libvirtLog,
      Path libvirtTpm,
      String qemuGroup,
      Emulation emulation,
      Duration hostShutdownLimit) {
    public Hypervisor {
      requireNonNull(libvirtSocket, "libvirtSocket is null");
      requireNonNull(libvirtLog, "libvirtLog is null");
      requireNonNull(libvirtTpm, "libvirtTpm is null");
      requireNonNull(qemuGroup, "qemuGroup is null");
      requireNonNull(emulation, "emulation is null");
      requireNonNull(hostShutdownLimit, "hostShutdownLimit is null");
    }
  }

  /** How much of the host machines may have. */
  public record Host(Reserve reserve, Overcommit overcommit) {
    public Host {
      requireNonNull(reserve, "reserve is null");
      requireNonNull(overcommit, "overcommit is null");
    }
  }

  /**
   * What machines do not get.
   *
   * @param cpu thousandths of a core
   * @param memory bytes; empty: an eighth of the host's memory, from 512 MiB to 2 GiB
   */
  public record Reserve(long cpu, OptionalLong memory) {
    public Reserve {
      requireNonNull(memory, "memory is null");
    }
  }

  /**
   * How many times the rest may be given out.
   *
   * @param cpu of guaranteed cores
   * @param memory of memory: beyond 1 the host may have to end a machine that uses what it was
   *     given
   */
  public record Overcommit(BigDecimal cpu, BigDecimal memory) {
    public Overcommit {
      requireNonNull(cpu, "cpu is null");
      requireNonNull(memory, "memory is null");
    }
  }

  /** Whether machines may run without KVM. */
  public enum Emulation {
    /** Without usable KVM no machine starts, and its condition says why. */
    NEVER("Never"),
    /** Without usable KVM machines run many times slower, and each says so. */
    ALLOWED("Allowed");

    private final String word;

    Emulation(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  /**
   * @param allowLoopback whether images may come from this host's own addresses
   */
  public record Imports(boolean allowLoopback, Limits limits) {
    public Imports {
      requireNonNull(limits, "limits is null");
    }
  }

  /**
   * What one import may take.
   *
   * @param virtualSize bytes the machine sees
   * @param transferred bytes fetched
   * @param stall longest time without a byte
   * @param total longest time at all
   */
  public record Limits(
      long virtualSize, long transferred, Duration stall, Duration total, int parallel) {
    public Limits {
      requireNonNull(stall, "stall is null");
      requireNonNull(total, "total is null");
    }
  }

  /**
   * @param cidrs address ranges for the main network at first start; empty: a free one is found
   */
  public record Network(List<String> cidrs) {
    public Network {
      cidrs = List.copyOf(cidrs);
    }
  }
}
