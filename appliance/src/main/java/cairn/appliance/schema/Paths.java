package cairn.appliance.schema;

/** Field paths as people write them. */
final class Paths {

  private Paths() {}

  static String child(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  static String item(String path, int index) {
    return path + "[" + index + "]";
  }

  /** Whether {@code inner} is the place itself or something inside it. */
  static boolean within(String inner, String path) {
    return path.isEmpty()
        || inner.equals(path)
        || inner.startsWith(path + ".")
        || inner.startsWith(path + "[");
  }
}
