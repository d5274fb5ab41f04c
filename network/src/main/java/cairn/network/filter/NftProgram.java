package cairn.network.filter;

import cairn.network.NetworkFault;
import cairn.network.program.Output;
import cairn.network.program.ProgramRunner;
import java.util.List;
import java.util.Optional;

/**
 * The program {@code nft} of this host. Rules that a newer nft put into the kernel can make an
 * older one crash when it reads them: 1.0.6 does. Whoever needs nft is told whose rules those are.
 */
public final class NftProgram {

  private static final String USUAL = "nft";

  private final ProgramRunner programs;
  private final String program;

  public NftProgram(ProgramRunner programs) {
    this(programs, USUAL);
  }

  NftProgram(ProgramRunner programs, String program) {
    this.programs = programs;
    this.program = program;
  }

  Output run(List<String> arguments, String input) {
    return programs.run(program, arguments, input);
  }

  Output run(String... arguments) {
    return run(List.of(arguments), "");
  }

  /** What {@code output} holds if nft succeeded; otherwise a fault that says what to do. */
  String required(Output output, String reason, String aim) {
    if (output.signal().isEmpty()) {
      return output.orFault(reason, aim);
    }
    throw new NetworkFault(
        NetworkFault.Kind.BROKEN,
        reason,
        "Could not %s: %s. %s".formatted(aim, output.ending(), crashHint()),
        null);
  }

  /**
   * Why nft cannot work with the rules that this host's kernel holds; empty if it can read all of
   * them. Changes nothing.
   */
  public Optional<String> complaint() {
    Output tables = run("list", "tables");
    if (!tables.succeeded()) {
      return Optional.of("'nft list tables' fails: " + tables.ending());
    }
    return unreadable(tables.out())
        .map(table -> "nft crashes when it reads 'table %s'".formatted(table));
  }

  /** The version and the table that a crash comes from, and the way out. */
  public String crashHint() {
    Output tables = run("list", "tables");
    String culprit =
        tables.succeeded()
            ? unreadable(tables.out())
                .map("It crashes when it reads 'table %s', which another program made."::formatted)
                .orElse("It reads each of this host's tables well by itself.")
            : "It cannot even list the names of this host's tables.";
    return "This is %s. %s Rules of a newer nft can crash an older one: upgrade nftables, or remove that table."
        .formatted(version(), culprit);
  }

  private Optional<String> unreadable(String tables) {
    return tables
        .lines()
        .filter(line -> line.startsWith("table "))
        .map(line -> line.substring("table ".length()).strip())
        .filter(table -> crashes(table.split(" ", 2)))
        .findFirst();
  }

  private boolean crashes(String[] familyAndName) {
    return familyAndName.length == 2
        && run("list", "table", familyAndName[0], familyAndName[1]).signal().isPresent();
  }

  private String version() {
    Output output = run("--version");
    return output.succeeded() ? output.out().strip() : "an nft that cannot tell its version";
  }
}
