package cairn.appliance.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import cairn.appliance.client.RunningApi;
import cairn.appliance.fuzz.RawConnection.Answer;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Requests whose very head is wrong get a {@code Status}, and the connection ends. */
@Timeout(60)
final class RequestHeadTest {

  @TempDir private static Path directory;
  private static RunningApi api;

  @BeforeAll
  static void start() {
    api = new RunningApi(directory);
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET /version HTTP/1.1 | X: y | 400 | missing required Host header",
        "GET /version HTTP/9.9 | Host: a | 505 | unsupported protocol version HTTP/9.9, spoken are"
            + " HTTP/1.1 and HTTP/2",
        "GET /version HTTP/1.1 | LARGE | 431 | the request line and the headers are larger than"
            + " 65536",
        "GET /LARGE HTTP/1.1 | Host: a | 431 | the request line and the headers are larger than"
            + " 65536",
        "GET /version HTTP/1.0 | X: y | 200 |",
      })
  void aHeadThatIsNoneIsAnsweredByAStatus(String line, String header, int code, String message)
      throws IOException {
    String large = "x".repeat(80_000);
    String head =
        line.replace("LARGE", large)
            + "\r\n"
            + header.replace("LARGE", "Host: a\r\nX: " + large)
            + "\r\n\r\n";

    Answer answer;
    try (RawConnection connection = new RawConnection(api.tls(), api.port())) {
      answer = connection.send(head.getBytes(ISO_8859_1));
    }

    assertEquals(code, answer.code(), answer.toString());
    if (code == 200) {
      return;
    }
    JsonNode status = JsonMapper.shared().readTree(answer.body());
    assertEquals("Status", status.path("kind").asString());
    assertEquals(code, status.path("code").asInt());
    assertEquals(message, status.path("message").asString());
    assertFalse(answer.stays(), answer.toString());
  }
}
