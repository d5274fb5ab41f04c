package cairn.hypervisor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;

/**
 * The smallest guest: 512 bytes of real-mode code that print a greeting on the first serial port
 * and then do what their kind says. Bytes are those of the assembly beside them (GNU as, Intel
 * syntax).
 */
public enum BootSector {
  /** Echoes what is typed and powers off when the power button is pressed. */
  OBEDIENT(
      """
      ba0206   mov dx, 0x602    # PM1_EN of QEMU's power management
      b80001   mov ax, 0x100    # the power button's bit
      ef       out dx, ax
      """
          + Loops.ECHO),
  /** Echoes what is typed and does not notice its power button. */
  STUBBORN("90 nop\n".repeat(7) + Loops.ECHO),
  /** Powers itself off as soon as it has greeted. */
  BRIEF(
      """
      ba0406   mov dx, 0x604    # PM1_CNT
      b80020   mov ax, 0x2000   # sleep, type 0: power off
      ef       out dx, ax
      f4       hlt
      ebfd     jmp -3
      """),
  /** Resets itself as soon as it has greeted. */
  RESTLESS(
      """
      b0fe     mov al, 0xfe     # pulse the reset line
      e664     out 0x64, al     # of the keyboard controller
      f4       hlt
      ebfd     jmp -3
      """),
  /** Writes one sector far into its disk, where a sparse file holds nothing yet. */
  WRITING(
      """
      b280     mov dl, 0x80     # the first disk
      be807d   mov si, 0x7d80   # the disk packet
      b80043   mov ax, 0x4300
      cd13     int 0x13
      fb       sti
      f4       hlt
      ebfc     jmp -4
      """),
  /** Executes an SSE instruction, which a KVM that only interprets does not know. */
  SSE(
      """
      0f20e0         mov eax, cr4
      660d00020000   or eax, 0x200    # OSFXSR
      0f22e0         mov cr4, eax
      660ffec0       paddd xmm0, xmm0
      fb             sti
      f4             hlt
      ebfc           jmp -4
      """);

  public static final String GREETING = "HELLO FROM THE BOOT SECTOR";

  private static final int TEXT = 0x100;
  private static final int DISK_PACKET = 0x180;

  /** Where {@link #WRITING} writes, in sectors: within a disk of 32 MiB. */
  private static final long WRITTEN = 32_768;

  private static final String PRINT =
      """
      31c0     xor ax, ax
      8ed8     mov ds, ax
      be007d   mov si, 0x7d00   # the greeting
      ac       lodsb            # next:
      84c0     test al, al
      7412     jz done
      88c4     mov ah, al
      bafd03   mov dx, 0x3fd
      ec       in al, dx        # wait:
      a820     test al, 0x20    # ready to send
      74fb     jz wait
      88e0     mov al, ah
      baf803   mov dx, 0x3f8
      ee       out dx, al
      ebe9     jmp next
      """;

  /** Shared by the kinds, in a class of its own because an enum's constants come first. */
  private static final class Loops {
    private static final String ECHO =
        """
        fb       sti              # echo:
        f4       hlt              # until the next tick of the timer
        ba0006   mov dx, 0x600    # PM1_STS
        ed       in ax, dx
        f6c401   test ah, 1       # the power button's bit
        750f     jnz off
        bafd03   mov dx, 0x3fd
        ec       in al, dx
        a801     test al, 1       # something was typed
        74ed     jz echo
        baf803   mov dx, 0x3f8
        ec       in al, dx
        ee       out dx, al
        ebe6     jmp echo
        ba0406   mov dx, 0x604    # off: PM1_CNT
        b80020   mov ax, 0x2000   # sleep, type 0: power off
        ef       out dx, ax
        f4       hlt
        """;
  }

  private final String code;

  BootSector(String code) {
    this.code = code;
  }

  /** Writes a disk of 1 MiB that every user may write: QEMU runs as its own. */
  public void writeDisk(Path file) throws IOException {
    ByteBuffer disk = ByteBuffer.allocate(1 << 20);
    disk.put(0, assembled(PRINT + code));
    disk.put(TEXT, (GREETING + "\r\n").getBytes(StandardCharsets.US_ASCII));
    // Sixteen bytes, one sector, from 0000:7e00.
    disk.order(ByteOrder.LITTLE_ENDIAN).putShort(DISK_PACKET, (short) 0x10);
    disk.putShort(DISK_PACKET + 2, (short) 1).putShort(DISK_PACKET + 4, (short) 0x7e00);
    disk.putLong(DISK_PACKET + 8, WRITTEN);
    disk.put(510, (byte) 0x55).put(511, (byte) 0xaa);
    Files.write(file, disk.array());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
  }

  private static byte[] assembled(String listing) {
    StringBuilder hex = new StringBuilder();
    listing.lines().forEach(line -> hex.append(line.strip().split(" ", 2)[0]));
    return HexFormat.of().parseHex(hex);
  }
}
