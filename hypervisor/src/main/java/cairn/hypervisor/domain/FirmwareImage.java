package cairn.hypervisor.domain;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/**
 * A build of UEFI on this host, for q35 machines, both files raw.
 *
 * @param code what the processor runs
 * @param template variables as they are before the first start
 * @param secureBoot whether the template knows keys and the code insists on them
 */
public record FirmwareImage(Path code, Path template, boolean secureBoot) {

  public FirmwareImage {
    requireNonNull(code, "code is null");
    requireNonNull(template, "template is null");
  }
}
