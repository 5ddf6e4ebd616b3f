namespace FuturesEos.Tests.EmbeddedKafka.Log;

/// <summary>A folder of its own for one test.</summary>
internal sealed class LogFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("eos-broker-").FullName;

    /// <summary>The files of this moment in another folder: what a killed process leaves.</summary>
    public static string CopyOf(string folder)
    {
        var copy = Directory.CreateTempSubdirectory("eos-broker-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            if (Directory.Exists(copy))
                Directory.Delete(copy, recursive: true);
        };
        foreach (var file in Directory.GetFiles(folder).Where(name => !name.EndsWith(".new", StringComparison.Ordinal)))
        {
            try
            {
                using var from = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                using var to = File.Create(System.IO.Path.Combine(copy, System.IO.Path.GetFileName(file)));
                from.CopyTo(to);
            }
            catch (FileNotFoundException)
            {
                // Replaced or deleted meanwhile by the log's own housekeeping.
            }
        }

        return copy;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
