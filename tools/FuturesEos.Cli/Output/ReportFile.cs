namespace FuturesEos.Cli.Output;

/// <summary>A file that a command writes when it is through.</summary>
internal static class ReportFile
{
    /// <summary>Fails now rather than after the minutes of work that the file is to tell of.</summary>
    /// <exception cref="IOException">It cannot be made or written.</exception>
    public static string Claim(string path)
    {
        using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write);
        return path;
    }
}
