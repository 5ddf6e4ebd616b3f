using System.Globalization;

namespace FuturesEos.Cli.Chaos;

/// <summary>A process and its children: PostgreSQL works in children of its own, each a session by itself.</summary>
internal static class ProcessTree
{
    /// <summary>The process first; where the system does not tell its children, it alone.</summary>
    public static IReadOnlyList<int> Of(int pid)
    {
        var all = new List<int> { pid };
        for (var i = 0; i < all.Count; i++) all.AddRange(ChildrenOf(all[i]));
        return all;
    }

    // "4712 4713 4720 "
    private static IEnumerable<int> ChildrenOf(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/task/{pid}/children")
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(child => int.Parse(child, CultureInfo.InvariantCulture)).ToList();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
