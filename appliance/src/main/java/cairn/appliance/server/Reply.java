package cairn.appliance.server;

import io.micronaut.http.body.ByteBody;
import io.micronaut.http.netty.body.NettyByteBodyFactory;
import io.micronaut.http.server.netty.handler.OutboundAccess;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2StreamChannel;
import java.util.List;

/** The answer to one request on its way out. Sent once, from any thread. */
@SuppressWarnings("FutureReturnValueIgnored") // A stream that is gone needs no reset.
final class Reply {

  private final ChannelHandlerContext context;
  private final OutboundAccess out;
  private final Patience patience;
  private final DateHeader date;
  private final RequestFigures figures;
  private final long begin = System.nanoTime();
  private final HttpMethod method;
  private final String codings;
  private volatile boolean bodyAbandoned;

  Reply(
      ChannelHandlerContext context,
      HttpRequest received,
      OutboundAccess out,
      Patience patience,
      DateHeader date,
      RequestFigures figures) {
    this.context = context;
    this.out = out;
    this.patience = patience;
    this.date = date;
    this.figures = figures;
    this.method = received.method();
    this.codings = String.join(",", received.headers().getAll(HttpHeaderNames.ACCEPT_ENCODING));
  }

  /** The answer comes before the body of the request was read to its end; before it is sent. */
  void abandonsBody() {
    bodyAbandoned = true;
  }

  void send(Answer answer) {
    count(answer);
    Answer packed = Compression.of(answer, method.name(), codings);
    if (context.executor().inEventLoop()) {
      write(packed);
    } else {
      context.executor().execute(() -> write(packed));
    }
  }

  private void count(Answer answer) {
    long took = System.nanoTime() - begin;
    switch (answer) {
      case Answer.Whole whole -> figures.count(method.name(), false, whole.code(), took);
      case Answer.Stream _ -> figures.count(method.name(), true, 200, took);
    }
  }

  private void write(Answer answer) {
    switch (answer) {
      case Answer.Whole whole -> {
        if (whole.code() == HttpResponseStatus.REQUEST_TIMEOUT.code()) {
          // What is left of the body may never come, and stands in front of the next request.
          out.closeAfterWrite();
        }
        write(head(whole), whole.body());
        if (bodyAbandoned) {
          stopTheSender();
        }
      }
      case Answer.Stream stream -> write(head(stream), stream.frames());
    }
  }

  /**
   * As RFC 9113, 8.1, lets a server ask a client to send no more, once the whole answer is out:
   * curl 7.88, whose body is not wanted any more, otherwise ends only with the next frame that it
   * gets.
   */
  private void stopTheSender() {
    if (context.channel() instanceof Http2StreamChannel stream) {
      context
          .executor()
          .execute(() -> {
            // Whatever of the answer waits for its turn goes first.
            stream.parent().flush();
            if (stream.isActive()) {
              stream.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR));
            }
          });
    }
  }

  private void write(HttpResponse head, byte[] body) {
    if (method.equals(HttpMethod.HEAD)) {
      head.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length);
      out.writeHeadResponse(head);
    } else {
      out.write(head, bodies().adapt(Unpooled.wrappedBuffer(body)));
    }
  }

  private void write(HttpResponse head, FrameSource frames) {
    if (method.equals(HttpMethod.HEAD)) {
      frames.close();
      out.writeHeadResponse(head);
      return;
    }
    FramePublisher publisher = new FramePublisher(frames, patience.stalledStream());
    // Whoever is gone by now never subscribes, and would hold the frames for ever.
    ByteBody body = bodies().adapt(publisher, EmptyHttpHeaders.INSTANCE, frames::close);
    out.write(head, body);
  }

  private NettyByteBodyFactory bodies() {
    return new NettyByteBodyFactory(context.channel());
  }

  private HttpResponse head(Answer.Whole whole) {
    HttpResponse head = head(whole.code(), whole.contentType(), whole.warnings());
    whole.headers().forEach((name, value) -> head.headers().set(name, value));
    return head;
  }

  private HttpResponse head(Answer.Stream stream) {
    HttpResponse head = head(200, stream.contentType(), stream.warnings());
    head.headers().set(HttpHeaderNames.CACHE_CONTROL, "no-cache, private");
    return head;
  }

  private HttpResponse head(int code, String contentType, List<String> warnings) {
    HttpResponse head =
        new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(code));
    head.headers().set(HttpHeaderNames.CONTENT_TYPE, contentType);
    head.headers().set(HttpHeaderNames.DATE, date.text());
    warnings.forEach(text -> head.headers().add(HttpHeaderNames.WARNING, Warnings.header(text)));
    return head;
  }
}
