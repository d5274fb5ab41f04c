package cairn.appliance.store;

/**
 * Which names and UIDs a text may hold, in 128 bytes: a Bloom filter over its words. Finding one
 * object among thousands asks this first, and reads the bytes of hardly any other. A word is a run
 * of lower-case letters, digits, {@code -} and {@code .} as long as it goes; it may be as common as
 * it likes, about one question in twenty for a word that is not there is answered by maybe.
 */
final class WordFilter {

  private static final int BITS = 1024;

  private final long[] bits = new long[BITS / Long.SIZE];

  private WordFilter() {}

  static WordFilter of(byte[]... texts) {
    WordFilter filter = new WordFilter();
    for (byte[] text : texts) {
      filter.add(text);
    }
    return filter;
  }

  private void add(byte[] text) {
    int begin = 0;
    for (int at = 0; at <= text.length; at++) {
      if (at == text.length || !inWord(text[at])) {
        if (at > begin) {
          int hash = hash(text, begin, at);
          set(first(hash));
          set(second(hash));
        }
        begin = at + 1;
      }
    }
  }

  /**
   * Whether the text may hold the word; always for what is no word.
   *
   * @param word in UTF-8
   */
  boolean mayHold(byte[] word) {
    for (byte each : word) {
      if (!inWord(each)) {
        return true;
      }
    }
    int hash = hash(word, 0, word.length);
    return has(first(hash)) && has(second(hash));
  }

  private static boolean inWord(byte letter) {
    return (letter >= 'a' && letter <= 'z')
        || (letter >= '0' && letter <= '9')
        || letter == '-'
        || letter == '.';
  }

  private static int hash(byte[] text, int from, int to) {
    int hash = 0;
    for (int at = from; at < to; at++) {
      hash = 31 * hash + text[at];
    }
    // Spread: the low bits of names that count up differ in their last letter only.
    hash *= 0x9E3779B1;
    return hash ^ (hash >>> 15);
  }

  private static int first(int hash) {
    return hash & (BITS - 1);
  }

  private static int second(int hash) {
    return (hash >>> 20) & (BITS - 1);
  }

  private void set(int bit) {
    bits[bit / Long.SIZE] |= 1L << bit;
  }

  private boolean has(int bit) {
    return (bits[bit / Long.SIZE] & 1L << bit) != 0;
  }
}
