package dev.millrace.state.log;

import dev.millrace.state.file.FileOps;
import dev.millrace.state.file.StateFileException;
import java.io.IOException;
import java.util.List;

/** Reads committed epochs again, from the segments that they lie in. */
final class SpanReader {
    private SpanReader() {}

    /**
     * Shows the parts of an epoch in the order of writing.
     *
     * @param segments those that the epoch lies in, and maybe others, oldest first
     */
    static void showParts(FileOps files, List<Segment> segments, CommittedEpochs.Span span, PartVisitor visitor) {
        long offset = span.firstPart().offsetBytes();
        for (int i = segments.indexOf(span.firstPart().segment()); ; i++) {
            Segment segment = segments.get(i);
            boolean isLast = segment == span.commit().segment();
            long end = isLast ? span.commit().offsetBytes() : segment.endBytes;
            try (SegmentReader reader = SegmentReader.open(files, segment)) {
                while (offset < end) {
                    if (!reader.readAt(offset)) {
                        throw new CorruptLogException("record is not right any more", segment.file, offset);
                    }
                    if (reader.isPart() && reader.epoch() == span.epoch() && reader.attempt() == span.attempt()) {
                        visitor.part(span.epoch(), reader.partKind(), reader.partOwner(), reader.payload());
                    }
                    offset = reader.endOffset();
                }
            } catch (IOException e) {
                throw StateFileException.of("reading the epoch log", segment.file, e);
            }
            if (isLast) {
                return;
            }
            offset = LogFormat.HEADER_BYTES;
        }
    }
}
