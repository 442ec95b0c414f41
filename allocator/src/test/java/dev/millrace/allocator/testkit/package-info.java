/** What the tests of every module use to prove that memory comes back. */
@NullMarked
package dev.millrace.allocator.testkit;

import org.jspecify.annotations.NullMarked;
