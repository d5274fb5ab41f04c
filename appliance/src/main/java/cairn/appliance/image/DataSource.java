package cairn.appliance.image;

import cairn.appliance.api.FieldError;
import cairn.appliance.api.FieldError.Cause;
import cairn.storage.ImageSource;
import cairn.storage.ImageSource.ChecksumAlgorithm;
import cairn.storage.ImageSource.Login;
import cairn.storage.StorageFault;
import cairn.storage.imports.RegistryReference;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Reads a data source that names another host, of images and of disks alike. */
public final class DataSource {

  private DataSource() {}

  /**
   * Everything that keeps the source from being fetched.
   *
   * @param dataSource with an {@code http} or a {@code containerImage} block
   * @param path of the data source in the document
   */
  public static List<FieldError> errors(JsonNode dataSource, String path) {
    String block = dataSource.has("http") ? "http" : "containerImage";
    JsonNode source = dataSource.path(block);
    List<FieldError> errors = new ArrayList<>();
    (block.equals("http") ? url(source, path + ".http") : image(source, path + ".containerImage"))
        .ifPresent(errors::add);
    if (source.has("caBundle") && caBundle(source).isEmpty()) {
      errors.add(
          new FieldError(
              path + "." + block + ".caBundle",
              Cause.INVALID,
              "expected PEM certificates encoded as base64"));
    }
    return errors;
  }

  /** The source; the document passed {@link #errors}. */
  public static ImageSource.Http http(JsonNode http) {
    return new ImageSource.Http(
        URI.create(http.path("url").asString("")), caBundle(http), checksums(http));
  }

  /**
   * The checksums that a file must have.
   *
   * @param block {@code http} or {@code upload}
   */
  static Map<ChecksumAlgorithm, String> checksums(JsonNode block) {
    Map<ChecksumAlgorithm, String> checksums = new EnumMap<>(ChecksumAlgorithm.class);
    for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
      String digest =
          block.path("checksum").path(algorithm.name().toLowerCase(Locale.ROOT)).asString("");
      if (!digest.isEmpty()) {
        checksums.put(algorithm, digest.toLowerCase(Locale.ROOT));
      }
    }
    return checksums;
  }

  /** The same for a registry. */
  static ImageSource.Container container(JsonNode container, Optional<Login> login) {
    return new ImageSource.Container(
        container.path("image").asString(""), caBundle(container), login);
  }

  private static Optional<FieldError> image(JsonNode container, String path) {
    try {
      RegistryReference.parse(container.path("image").asString(""));
      return Optional.empty();
    } catch (StorageFault malformed) {
      return Optional.of(
          new FieldError(path + ".image", Cause.INVALID, malformed.getMessage() + ""));
    }
  }

  private static Optional<FieldError> url(JsonNode http, String path) {
    String text = http.path("url").asString("");
    try {
      URI url = URI.create(text);
      String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
      boolean fetchable = scheme.equals("http") || scheme.equals("https");
      if (fetchable && url.getHost() != null) {
        return Optional.empty();
      }
    } catch (IllegalArgumentException e) {
      return Optional.of(new FieldError(path + ".url", Cause.INVALID, "not a URL: " + text));
    }
    return Optional.of(
        new FieldError(
            path + ".url",
            Cause.INVALID,
            "expected http://host/... or https://host/..., got \"" + text + "\""));
  }

  private static Optional<String> caBundle(JsonNode http) {
    String text = http.path("caBundle").asString("");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      String pem = new String(Base64.getMimeDecoder().decode(text), StandardCharsets.US_ASCII);
      return pem.contains("-----BEGIN CERTIFICATE-----") ? Optional.of(pem) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
