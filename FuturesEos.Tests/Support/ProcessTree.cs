using System.Globalization;

namespace FuturesEos.Tests.Support;

/// <summary>Parents and children among this machine's processes.</summary>
internal static class ProcessTree
{
    /// <summary>The last of a line of only children: the program that a chain of starters has started.</summary>
    public static int Leaf(int pid)
    {
        while (ChildrenOf(pid) is [var only]) pid = only;
        return pid;
    }

    private static List<int> ChildrenOf(int pid)
    {
        var children = new List<int>();
        foreach (var thread in Directory.EnumerateDirectories($"/proc/{pid}/task"))
        {
            var text = File.ReadAllText(Path.Combine(thread, "children"));
            children.AddRange(text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(child => int.Parse(child, CultureInfo.InvariantCulture)));
        }

        return children;
    }
}
