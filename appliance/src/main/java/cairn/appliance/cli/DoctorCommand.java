package cairn.appliance.cli;

import cairn.appliance.doctor.Examination;
import cairn.appliance.doctor.Finding;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "doctor",
    description = "Says what works on this host, and why not. Needs no running service.",
    mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // Picocli fills the fields before call().
  DoctorCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    boolean wrong = false;
    for (Finding finding : Examination.ofThisHost()) {
      out.print(
          TableText.layOut(
              List.of(
                  List.of(
                      mark(finding.verdict()),
                      "%-18s".formatted(finding.subject()),
                      finding.sentence()))));
      finding.remedy().ifPresent(remedy -> out.println("             -> " + remedy));
      wrong |= finding.verdict() == Finding.Verdict.WRONG;
    }
    out.flush();
    return wrong ? Failure.REFUSED : 0;
  }

  private static String mark(Finding.Verdict verdict) {
    return switch (verdict) {
      case WELL -> "ok     ";
      case LIMITED -> "limited";
      case WRONG -> "WRONG  ";
    };
  }
}
