using System.Runtime.CompilerServices;

namespace FuturesEos.Tests.Architecture;

/// <summary>The repository as files: what the rules of the house are checked on.</summary>
internal static class SourceTree
{
    private static readonly string[] NotOurs = ["artifacts", ".git", ".eos", "bin", "obj", "node_modules",
        "TestResults"];

    /// <summary>Folder of the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>
    /// Files below the root by pattern, without build output; paths relative to the root, with slashes.
    /// </summary>
    public static IReadOnlyList<string> Files(string pattern) =>
        [.. Walk(new DirectoryInfo(Root), pattern)
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/')).Order()];

    public static string Read(string relative) => File.ReadAllText(Path.Combine(Root, relative));

    public static string[] Lines(string relative) => File.ReadAllLines(Path.Combine(Root, relative));

    private static IEnumerable<string> Walk(DirectoryInfo folder, string pattern)
    {
        foreach (var file in folder.EnumerateFiles(pattern)) yield return file.FullName;
        foreach (var below in folder.EnumerateDirectories().Where(d => !NotOurs.Contains(d.Name)))
        {
            foreach (var file in Walk(below, pattern)) yield return file;
        }
    }

    private static string FindRoot([CallerFilePath] string thisFile = "")
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "FuturesEos.sln"))) return folder.FullName;
        }

        return Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", ".."));
    }
}
