package cairn.storage.imports;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text inside of a VMDK file that says which files make up the disk. */
record VmdkDescriptor(ContainerFile file, String text) {

  private static final Pattern EXTENT =
      Pattern.compile("(?:RW|RDONLY|NOACCESS)\\s+\\d+\\s+(\\S+)(.*)", Pattern.CASE_INSENSITIVE);
  private static final Pattern CREATE_TYPE =
      Pattern.compile("createType\\s*=\\s*\"?(\\w+)\"?", Pattern.CASE_INSENSITIVE);

  /** One extent, which is this file, and no parent. */
  void requireAlone() {
    requireNoParent();
    List<String> lines =
        text.substring(0, text.indexOf(0) < 0 ? text.length() : text.indexOf(0))
            .lines()
            .map(String::strip)
            .toList();
    String type = type(lines);
    if (!type.equals("monolithicsparse") && !type.equals("streamoptimized")) {
      throw file.refused(
          "UnsupportedFormat",
          "has the type '"
              + type
              + "'; convert it to a single file (qemu-img convert -O vmdk -o"
              + " subformat=streamOptimized)");
    }
    List<Matcher> extents = lines.stream().map(EXTENT::matcher).filter(Matcher::matches).toList();
    if (extents.size() != 1) {
      throw file.refused(
          "ExtentsNotAllowed", "is made of " + extents.size() + " parts; convert it to one file");
    }
    Matcher only = extents.getFirst();
    if (!only.group(1).equalsIgnoreCase("SPARSE") || only.group(2).matches(".*[/\\\\].*")) {
      throw file.refused(
          "ExtentsNotAllowed",
          "names another file for its data (" + only.group(1) + only.group(2) + ")");
    }
  }

  void requireNoParent() {
    if (text.contains("parentFileNameHint")) {
      throw file.refused(
          "BackingFileNotAllowed",
          "names a parent, so it is only part of a disk; flatten it (qemu-img convert -O vmdk)");
    }
  }

  private static String type(List<String> lines) {
    return lines.stream()
        .map(CREATE_TYPE::matcher)
        .filter(Matcher::matches)
        .map(matcher -> matcher.group(1).toLowerCase(Locale.ROOT))
        .findFirst()
        .orElse("");
  }
}
