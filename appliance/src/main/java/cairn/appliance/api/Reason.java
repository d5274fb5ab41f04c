package cairn.appliance.api;

/** Why a request was refused: the closed vocabulary of the Kubernetes {@code Status} kind. */
public enum Reason {
  UNAUTHORIZED("Unauthorized", 401),
  FORBIDDEN("Forbidden", 403),
  BAD_REQUEST("BadRequest", 400),
  INVALID("Invalid", 422),
  NOT_FOUND("NotFound", 404),
  ALREADY_EXISTS("AlreadyExists", 409),
  CONFLICT("Conflict", 409),
  EXPIRED("Expired", 410),
  METHOD_NOT_ALLOWED("MethodNotAllowed", 405),
  NOT_ACCEPTABLE("NotAcceptable", 406),
  UNSUPPORTED_MEDIA_TYPE("UnsupportedMediaType", 415),
  REQUEST_ENTITY_TOO_LARGE("RequestEntityTooLarge", 413),
  TOO_MANY_REQUESTS("TooManyRequests", 429),
  INTERNAL_ERROR("InternalError", 500),
  SERVICE_UNAVAILABLE("ServiceUnavailable", 503),
  TIMEOUT("Timeout", 504);

  private final String word;
  private final int code;

  Reason(String word, int code) {
    this.word = word;
    this.code = code;
  }

  /** The reason as it stands in a {@code Status}. */
  public String word() {
    return word;
  }

  /** The HTTP status code that goes with it. */
  public int code() {
    return code;
  }
}
