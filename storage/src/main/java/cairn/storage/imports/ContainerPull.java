package cairn.storage.imports;

import cairn.storage.ByteSize;
import cairn.storage.ImageSource.ChecksumAlgorithm;
import cairn.storage.ImportProgress;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Streams the layers of a container image, in their order, until one brings the disk. */
record ContainerPull(
    Registry registry, ImportLimits limits, ImportProgress progress, String shown) {

  Streaming.Result<Reception.Received> into(Reception reception) throws IOException {
    List<Layers.Layer> layers = new Layers(registry, shown).find();
    OptionalLong all = OptionalLong.of(layers.stream().mapToLong(Layers.Layer::size).sum());
    long before = 0;
    for (Layers.Layer layer : layers) {
      long passed = before;
      ImportProgress sum = (count, _) -> progress.transferred(passed + count, all);
      Streaming.Result<Optional<Reception.Received>> result = pull(layer, reception, sum);
      before += result.transferred().bytes();
      if (result.value().isPresent()) {
        return new Streaming.Result<>(result.value().get(), new ByteSize(before));
      }
    }
    throw Refused.forGood(
        "DiskMissing", "The image " + shown + " holds no file under disk/ in any of its layers.");
  }

  private Streaming.Result<Optional<Reception.Received>> pull(
      Layers.Layer layer, Reception reception, ImportProgress sum) throws IOException {
    try (Download download = registry.blob(layer.digest())) {
      return new Streaming(
              new Transfer(download, download.length(), limits, sum, shown),
              Map.of(ChecksumAlgorithm.SHA256, layer.digest().hex()))
          .into(stream -> disk(stream, reception));
    }
  }

  private Optional<Reception.Received> disk(InputStream layer, Reception reception)
      throws IOException {
    Optional<LayerFile> file = LayerFile.in(layer, limits.virtualSize(), shown);
    Optional<Reception.Received> received = Optional.empty();
    if (file.isPresent()) {
      received = Optional.of(reception.receive(file.get()));
    }
    // The digest is of the whole layer, so all of it must pass.
    layer.transferTo(OutputStream.nullOutputStream());
    return received;
  }
}
