package cairn.hypervisor.kvm;

import java.util.Optional;

/** Where probes run: KVM, or a script in a test. */
interface ProbeHost {

  /** Why there is no KVM to ask, or empty. */
  Optional<String> absence();

  ProbeOutcome run(Probe probe);
}
