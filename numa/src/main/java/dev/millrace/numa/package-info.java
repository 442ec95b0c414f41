/** Nodes, CPUs and where memory lies: what the machine looks like, and how to ask it for a place. */
@NullMarked
package dev.millrace.numa;

import org.jspecify.annotations.NullMarked;
