package cairn.appliance.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.List;

/**
 * A request as bytes, right or wrong.
 *
 * @param target path and query as they stand in the first line
 * @param headers whole lines without their ends
 */
@SuppressWarnings("ArrayRecordComponent") // Made once, sent once, never compared.
record RawRequest(String method, String target, List<String> headers, byte[] body) {

  RawRequest {
    headers = List.copyOf(headers);
  }

  byte[] bytes() {
    StringBuilder head = new StringBuilder();
    head.append(method).append(' ').append(target).append(" HTTP/1.1\r\nHost: localhost\r\n");
    headers.forEach(header -> head.append(header).append("\r\n"));
    head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(head.toString().getBytes(ISO_8859_1));
    out.writeBytes(body);
    return out.toByteArray();
  }

  RawRequest withTarget(String changed) {
    return new RawRequest(method, changed, headers, body);
  }

  RawRequest withMethod(String changed) {
    return new RawRequest(changed, target, headers, body);
  }

  RawRequest withHeaders(List<String> changed) {
    return new RawRequest(method, target, changed, body);
  }

  RawRequest withBody(byte[] changed) {
    return new RawRequest(method, target, headers, changed);
  }

  @Override
  public String toString() {
    String shown = new String(body, 0, Math.min(body.length, 2000), ISO_8859_1);
    return method + " " + target + " " + headers + "\n" + shown;
  }
}
