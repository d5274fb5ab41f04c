package cairn.hypervisor.kvm;

import java.util.HexFormat;

/**
 * A guest program that shows one thing. A program that succeeds writes {@link #SUCCESS} to port
 * {@link #PORT}. Bytes are those of the assembly beside them (GNU as, Intel syntax).
 */
enum Probe {
  REAL_MODE(
      false,
      "real-mode code",
      """
      ba1000   mov dx, 0x10
      b042     mov al, 0x42
      ee       out dx, al
      f4       hlt
      """),
  SSE2(
      true,
      "SSE2 (paddd)",
      """
      48c7c300001000   mov rbx, 0x100000
      f30f6f03         movdqu xmm0, [rbx]
      660ffec0         paddd xmm0, xmm0
      f30f7f4310       movdqu [rbx+16], xmm0
      66ba1000         mov dx, 0x10
      b042             mov al, 0x42
      ee               out dx, al
      f4               hlt
      """),
  COMPARE_EXCHANGE(
      true,
      "the 16-byte compare and exchange (cmpxchg16b)",
      """
      48c7c600001000   mov rsi, 0x100000
      31c0             xor eax, eax
      31d2             xor edx, edx
      48c7c342000000   mov rbx, 0x42
      48c7c102000000   mov rcx, 2
      f0480fc74e40     lock cmpxchg16b [rsi+0x40]
      488b4640         mov rax, [rsi+0x40]
      66ba1000         mov dx, 0x10
      ee               out dx, al
      f4               hlt
      """),
  EXCEPTION(
      true,
      "a software exception (int3)",
      """
      cc   int3        # its handler says 0x42
      f4   hlt
      """),
  SPEED(
      true,
      "a million turns of a loop",
      """
      b940420f00   mov ecx, 1000000
      ffc9         dec ecx
      75fc         jnz -4
      66ba1000     mov dx, 0x10
      b042         mov al, 0x42
      ee           out dx, al
      f4           hlt
      """);

  static final int PORT = 0x10;
  static final int SUCCESS = 0x42;

  private final boolean longMode;
  private final String subject;
  private final String listing;

  Probe(boolean longMode, String subject, String listing) {
    this.longMode = longMode;
    this.subject = subject;
    this.listing = listing;
  }

  boolean longMode() {
    return longMode;
  }

  /** What it shows, to be read after "KVM cannot run". */
  String subject() {
    return subject;
  }

  byte[] code() {
    return assembled(listing);
  }

  /** The bytes of a listing whose lines begin with them. */
  static byte[] assembled(String listing) {
    StringBuilder hex = new StringBuilder();
    listing.lines().forEach(line -> hex.append(line.split(" ", 2)[0]));
    return HexFormat.of().parseHex(hex);
  }
}
