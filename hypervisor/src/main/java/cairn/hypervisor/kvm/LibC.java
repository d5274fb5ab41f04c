package cairn.hypervisor.kvm;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import org.jspecify.annotations.Nullable;

/** The C library's calls that the self-test needs. Those that may fail throw errno. */
interface LibC extends Library {

  LibC C = Native.load("c", LibC.class);

  int open(String path, int flags) throws LastErrorException;

  int close(int descriptor);

  int ioctl(int descriptor, long request, long argument) throws LastErrorException;

  int ioctl(int descriptor, long request, Pointer argument) throws LastErrorException;

  Pointer mmap(
      @Nullable Pointer address,
      long length,
      int protection,
      int flags,
      int descriptor,
      long offset)
      throws LastErrorException;

  int munmap(Pointer address, long length);

  int sigaction(int signal, Pointer action, @Nullable Pointer old) throws LastErrorException;

  int getpid();

  int gettid();

  int tgkill(int process, int thread, int signal);
}
