package cairn.network.link;

import cairn.network.program.ProgramRunner;
import java.util.List;

/** The devices of this host (of the network namespace that we are in). */
public final class HostLinks {

  private final ProgramRunner programs;

  public HostLinks(ProgramRunner programs) {
    this.programs = programs;
  }

  public Links observe() {
    return Links.parse(
        programs.run("ip", "-j", "-d", "addr").orFault("LinksUnreadable", "list network devices"));
  }

  /**
   * Runs the commands in order up to the first that fails. Each is idempotent when planned from
   * what is observed, so after a failure the next pass goes on from there.
   *
   * @param aim for the message, as in "make bridge cb0000"
   */
  public void apply(String aim, List<String> script) {
    if (script.isEmpty()) {
      return;
    }
    programs
        .run("ip", List.of("-batch", "-"), String.join("\n", script) + "\n")
        .orFault("LinkFailed", aim + " (" + String.join("; ", script) + ")");
  }
}
