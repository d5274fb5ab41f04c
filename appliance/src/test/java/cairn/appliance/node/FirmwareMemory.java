package cairn.appliance.node;

import java.util.HexFormat;
import java.util.Locale;

/**
 * User data that have the tiny guest say what its TPM and its UEFI remember, and have both remember
 * something. The TPM is spoken to in its own words (TPM 2.0 Library, part 3: commands), because the
 * guest has no program for it.
 */
final class FirmwareMemory {

  static final String TPM = "CAIRNTPM";
  static final String UEFI = "CAIRNEFI";

  /** Index 0x01500001, eight bytes, read and written with an empty password. */
  private static final String INDEX = "01500001";

  private static final String PASSWORD = "00000009 40000009 0000 00 0000";

  /** TPM2_NV_DefineSpace by the owner. */
  private static final String DEFINE =
      "8002 0000002d 0000012a 40000001 "
          + PASSWORD
          + " 0000 000e "
          + INDEX
          + " 000b 00040004 0000 0008";

  /** TPM2_NV_Write. */
  private static final String WRITE =
      "8002 0000002b 00000137 " + INDEX + INDEX + PASSWORD + " 0008 " + hex(TPM) + " 0000";

  /** TPM2_NV_Read. */
  private static final String READ =
      "8002 00000023 0000014e " + INDEX + INDEX + PASSWORD + " 0008 0000";

  private FirmwareMemory() {}

  /**
   * @param edition what the guest says it was told
   */
  static String script(int edition) {
    return """
    #cloud-config
    # guest-run: echo GUEST TOLD %d
    # guest-run: t() { exec 3<>/dev/tpm0; printf "$1" >&3; dd bs=4096 count=1 <&3 2>/dev/null | od -An -v -tx1 | tr -d ' \\n'; exec 3>&-; }
    # guest-run: case $(t '%s') in
    # guest-run: *%s*) echo GUEST TPM REMEMBERS %s ;;
    # guest-run: *) echo GUEST TPM REMEMBERS nothing; t '%s'; t '%s' ;;
    # guest-run: esac
    # guest-run: v=/sys/firmware/efi/efivars/Cairn-00112233-4455-6677-8899-aabbccddeeff
    # guest-run: if [ -e $v ]; then echo GUEST UEFI REMEMBERS $(tail -c +5 $v); else echo GUEST UEFI REMEMBERS nothing; printf '\\007\\000\\000\\000%s' > $v; fi
    # guest-run: echo GUEST SECUREBOOT $(tail -c 1 /sys/firmware/efi/efivars/SecureBoot-* | od -An -tu1)
    """
        .formatted(edition, escaped(READ), hex(TPM), TPM, escaped(DEFINE), escaped(WRITE), UEFI);
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
  }

  private static String escaped(String hex) {
    return hex.replace(" ", "").toLowerCase(Locale.ROOT).replaceAll("(..)", "\\\\x$1");
  }
}
