package cairn.hypervisor.libvirt;

import cairn.hypervisor.CallFigures;
import cairn.hypervisor.HypervisorFault;
import cairn.hypervisor.MachineId;
import cairn.hypervisor.domain.DomainNames;
import cairn.hypervisor.guest.AgentLine;
import java.util.Optional;

/**
 * Questions to guest agents over a connection of their own: libvirt lets an agent that hangs hold
 * its call for seconds, and a connection has only so many calls at once.
 */
final class LibvirtAgentLine implements AgentLine, AutoCloseable {

  /** Calls at once, of all machines together. */
  static final int THREADS = 4;

  /** Seconds; under emulation an idle agent takes some tens of milliseconds. */
  private static final int PATIENCE = 5;

  /** Bytes; an honest answer has some thousands. */
  private static final int MOST = 256 << 10;

  private final DomainNames names;
  private final Connection connection;

  LibvirtAgentLine(LibvirtSettings settings, DomainNames names) {
    this.names = names;
    this.connection = new Connection("agent", settings.uri(), THREADS);
  }

  @Override
  public Reply ask(MachineId machine, String question) {
    try {
      return connection.call(
          "asking the guest agent of machine " + machine, link -> ask(link, machine, question));
    } catch (HypervisorFault down) {
      return new Reply.LineDown();
    }
  }

  private Reply ask(Link link, MachineId machine, String question) throws LibvirtError {
    Optional<DomainHandle> found = DomainHandle.find(link, machine.toString());
    if (found.isEmpty()) {
      return new Reply.NobodyThere();
    }
    try (DomainHandle domain = found.get()) {
      if (!domain.name().equals(names.of(machine))) {
        return new Reply.NobodyThere();
      }
      return domain
          .agent(question, PATIENCE, MOST)
          .<Reply>map(Reply.Answer::new)
          .orElseGet(
              () -> new Reply.Nothing("The agent answered more than " + (MOST >> 10) + " KiB."));
    } catch (LibvirtError error) {
      return reply(link, machine, error);
    }
  }

  private static Reply reply(Link link, MachineId machine, LibvirtError error) throws LibvirtError {
    return switch (error.code()) {
      case Faults.NO_DOMAIN -> new Reply.NobodyThere();
      // A guest that stands still answers when it goes on.
      case Faults.OPERATION_INVALID ->
          paused(link, machine) ? new Reply.LineDown() : new Reply.NobodyThere();
      case Faults.AGENT_UNRESPONSIVE, Faults.AGENT_UNSYNCED, Faults.OPERATION_TIMEOUT ->
          new Reply.Nothing(
              "The agent has its port open and does not answer within " + PATIENCE + " s.");
      default -> {
        if (!link.works()) {
          throw error;
        }
        // The agent said no, in one of several numbers; or what it said was no answer.
        yield new Reply.Refused();
      }
    };
  }

  private static boolean paused(Link link, MachineId machine) throws LibvirtError {
    Optional<DomainHandle> found = DomainHandle.find(link, machine.toString());
    if (found.isEmpty()) {
      return false;
    }
    try (DomainHandle domain = found.get()) {
      return domain.state().paused();
    }
  }

  CallFigures figures() {
    return connection.figures();
  }

  @Override
  public void close() {
    connection.close();
  }
}
