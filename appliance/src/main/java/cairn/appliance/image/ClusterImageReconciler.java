package cairn.appliance.image;

import cairn.appliance.controller.Declaration;
import cairn.appliance.controller.Outcome;
import cairn.appliance.controller.Reconciler;
import cairn.appliance.resource.Resource;
import cairn.appliance.store.Key;
import java.util.function.Consumer;

/** Brings images for all namespaces in. */
public final class ClusterImageReconciler implements Reconciler {

  public static final Declaration DECLARATION = ImageWork.declaration(ImageScope.CLUSTER);

  private final ImageWork work;

  /**
   * @param wake asks for another pass over an image, from any thread
   */
  public ClusterImageReconciler(ImageTools tools, Consumer<Key> wake) {
    this.work = new ImageWork(ImageScope.CLUSTER, tools, wake);
  }

  @Override
  public Outcome reconcile(Resource image) {
    return work.reconcile(image);
  }

  @Override
  public Outcome release(Resource image) {
    return work.release(image);
  }

  @Override
  public void forget(Key image) {
    work.forget();
  }
}
