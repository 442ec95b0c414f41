/** Results as a page to look at. */
@NullMarked
package dev.millrace.bench.report;

import org.jspecify.annotations.NullMarked;
