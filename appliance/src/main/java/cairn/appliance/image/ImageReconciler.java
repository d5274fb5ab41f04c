package cairn.appliance.image;

import cairn.appliance.controller.Declaration;
import cairn.appliance.controller.Outcome;
import cairn.appliance.controller.Reconciler;
import cairn.appliance.resource.Resource;
import cairn.appliance.store.Key;
import java.util.function.Consumer;

/** Brings images of one namespace in. */
public final class ImageReconciler implements Reconciler {

  public static final Declaration DECLARATION = ImageWork.declaration(ImageScope.NAMESPACE);

  private final ImageWork work;

  /**
   * @param wake asks for another pass over an image, from any thread
   */
  public ImageReconciler(ImageTools tools, Consumer<Key> wake) {
    this.work = new ImageWork(ImageScope.NAMESPACE, tools, wake);
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
