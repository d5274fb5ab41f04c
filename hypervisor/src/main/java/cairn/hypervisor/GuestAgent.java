package cairn.hypervisor;

import static java.util.Objects.requireNonNull;

/** The agent inside of a guest, as it was heard last. */
public sealed interface GuestAgent {

  GuestAgent UNKNOWN = new Unknown();
  GuestAgent ABSENT = new Absent();

  /**
   * Nobody has looked yet since this process began, or its port is open and it was not heard yet.
   * What was known of it before, if anything, is the best there is.
   */
  record Unknown() implements GuestAgent {}

  /** No agent has opened its port, or no instance runs. Such a guest is not asked anything. */
  record Absent() implements GuestAgent {}

  /**
   * It has opened its port and does not answer, or not with what an agent says.
   *
   * @param why a sentence for people, without a word of the guest's
   */
  record Silent(String why) implements GuestAgent {
    public Silent {
      requireNonNull(why, "why is null");
    }
  }

  record Answering(GuestReport report) implements GuestAgent {
    public Answering {
      requireNonNull(report, "report is null");
    }
  }
}
