package cairn.appliance.node;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * The smallest guest that a node can boot: one sector of real-mode code. It counts its boots in the
 * sector after it, prints the count, and then echoes and does what is typed on its serial port: R
 * resets, P powers off, D makes it deaf to everything that follows, W makes it write without end;
 * it powers off when its power button is pressed, too. Bytes are those of the assembly beside them
 * (GNU as, Intel syntax).
 */
final class GuestSector implements AutoCloseable {

  private static final String PATH = "/sector.raw";

  private static final String CODE =
      """
      31c0       xor ax, ax
      8ed8       mov ds, ax
      8ec0       mov es, ax
      8ed0       mov ss, ax
      bc007c     mov sp, 0x7c00
      be407d     mov si, 0x7d40   # places of the disk packet
      b442       mov ah, 0x42     # read the count
      cd13       int 0x13
      fe06007e   inc byte ptr [0x7e00]
      be407d     mov si, 0x7d40
      b80043     mov ax, 0x4300   # write it back
      cd13       int 0x13
      be007d     mov si, 0x7d00   # the text
      ac         lodsb            # next:
      84c0       test al, al
      7405       jz number
      e84e00     call send
      ebf6       jmp next
      a0007e     mov al, [0x7e00] # number:
      0430       add al, 0x30
      e84400     call send
      b00a       mov al, 10
      e83f00     call send
      ba0206     mov dx, 0x602    # PM1_EN: the power button's bit
      b80001     mov ax, 0x100
      ef         out dx, ax
      fb         sti              # wait:
      f4         hlt
      ba0006     mov dx, 0x600    # PM1_STS
      ed         in ax, dx
      f6c401     test ah, 1
      753c       jnz off
      bafd03     mov dx, 0x3fd
      ec         in al, dx
      a801       test al, 1
      74ed       jz wait
      baf803     mov dx, 0x3f8
      ec         in al, dx
      e81e00     call send        # so that who types knows that it was read
      3c50       cmp al, 'P'
      7429       je off
      3c52       cmp al, 'R'
      740a       je reset
      3c57       cmp al, 'W'
      740b       je write
      3c44       cmp al, 'D'
      75d6       jne wait
      fa         cli              # nothing wakes it any more
      f4         hlt
      b0fe       mov al, 0xfe     # reset: by the keyboard controller
      e664       out 0x64, al
      f4         hlt
      b077       mov al, 'w'      # write:
      e80200     call send
      ebf9       jmp write
      50         push ax          # send:
      bafd03     mov dx, 0x3fd
      ec         in al, dx        # ready:
      a820       test al, 0x20
      74fb       jz ready
      58         pop ax
      baf803     mov dx, 0x3f8
      ee         out dx, al
      c3         ret
      ba0406     mov dx, 0x604    # off: PM1_CNT
      b80020     mov ax, 0x2000
      ef         out dx, ax
      f4         hlt
      """;

  private final HttpServer server;

  GuestSector() throws IOException {
    byte[] disk = disk();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        PATH,
        exchange -> {
          boolean head = exchange.getRequestMethod().equals("HEAD");
          exchange.sendResponseHeaders(200, head ? -1 : disk.length);
          if (!head) {
            exchange.getResponseBody().write(disk);
          }
          exchange.close();
        });
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + PATH;
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private static byte[] disk() {
    StringBuilder hex = new StringBuilder();
    CODE.lines().forEach(line -> hex.append(line.strip().split(" ", 2)[0]));
    ByteBuffer disk = ByteBuffer.allocate(1 << 20).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    disk.put(0, HexFormat.of().parseHex(hex));
    disk.put(0x100, "SECTOR BOOT ".getBytes(US_ASCII));
    // One sector, to 0000:7e00, from block 1.
    disk.putShort(0x140, (short) 0x10).putShort(0x142, (short) 1);
    disk.putShort(0x144, (short) 0x7e00).putLong(0x148, 1);
    disk.put(510, (byte) 0x55).put(511, (byte) 0xaa);
    return disk.array();
  }
}
