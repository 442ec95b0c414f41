package dev.millrace.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Whether a pipeline could go on from what a state directory holds, found without starting or changing anything. Immutable.
 *
 * @param directory that was looked at
 * @param findings what was compared, one by one
 */
public record CheckReport(Path directory, List<Finding> findings) {
    /** What came of a comparison. */
    public enum Verdict {
        /** It is as it was. */
        FITS,
        /** It is new and begins from the beginning. */
        ADDED,
        /** It goes on under another name. */
        RENAMED,
        /** It is given up, as was allowed. */
        DROPPED,
        /** Its type or its surroundings changed, and it can go on. */
        CHANGED,
        /** It cannot go on; nothing can be started before this is put right. */
        REFUSED
    }

    /**
     * One comparison.
     *
     * @param what a word such as {@code state}, {@code source} or {@code sink}
     * @param name in the pipeline, or on disk if it is not in the pipeline
     * @param detail what differs and, if it is refused, what to do about it; may be empty
     */
    public record Finding(Verdict verdict, String what, String name, String detail) {
        @Override
        public String toString() {
            String head = verdict.name().toLowerCase(Locale.ROOT) + ": " + what + "=" + name;
            return detail.isEmpty() ? head : head + ", " + detail;
        }
    }

    public CheckReport {
        findings = List.copyOf(findings);
    }

    /** Whether a job with this pipeline would start. */
    public boolean fits() {
        return findings.stream().noneMatch(finding -> finding.verdict() == Verdict.REFUSED);
    }

    /** The findings of one verdict. */
    public List<Finding> of(Verdict verdict) {
        return findings.stream().filter(finding -> finding.verdict() == verdict).toList();
    }

    /** The report in lines for people. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("state directory ")
                .append(directory)
                .append(fits() ? ": the pipeline fits\n" : ": the pipeline does not fit\n");
        for (Finding finding : findings) {
            text.append(String.format(
                    Locale.ROOT,
                    "  %-8s  %-11s  %s%s%n",
                    finding.verdict().name().toLowerCase(Locale.ROOT),
                    finding.what(),
                    finding.name(),
                    finding.detail().isEmpty() ? "" : ": " + finding.detail()));
        }
        return text.toString();
    }
}
