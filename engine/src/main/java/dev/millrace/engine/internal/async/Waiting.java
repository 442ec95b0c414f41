package dev.millrace.engine.internal.async;

import dev.millrace.engine.internal.chain.Barrier;
import org.jspecify.annotations.Nullable;

/** Something in the line of an operator that asks: a request, a watermark or a barrier. Linked to its neighbours. */
class Waiting {
    @Nullable
    Waiting before;

    @Nullable
    Waiting behind;

    /** The end of an epoch that waits for the requests before it. */
    static final class HeldBarrier extends Waiting {
        final Barrier barrier;

        HeldBarrier(Barrier barrier) {
            this.barrier = barrier;
        }
    }

    /** A watermark, or the question for one, that no answer may come behind. */
    static final class HeldWatermark extends Waiting {
        long watermark;

        HeldWatermark(long watermark) {
            this.watermark = watermark;
        }
    }
}
