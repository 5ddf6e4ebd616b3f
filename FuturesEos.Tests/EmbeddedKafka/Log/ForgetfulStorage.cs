using FuturesEos.EmbeddedKafka.Log;
using Microsoft.Win32.SafeHandles;

namespace FuturesEos.Tests.EmbeddedKafka.Log;

/// <summary>A disk that knows how much of each file was flushed: the rest goes with a power cut.</summary>
internal sealed class ForgetfulStorage : LogStorage
{
    private readonly Dictionary<SafeFileHandle, string> _names = [];
    private readonly Dictionary<string, long> _flushed = [];

    public override SafeFileHandle Open(string path)
    {
        var file = base.Open(path);
        lock (_names) _names[file] = path;
        return file;
    }

    public override void Flush(SafeFileHandle file)
    {
        var length = RandomAccess.GetLength(file);
        base.Flush(file);
        lock (_names) _flushed[_names[file]] = length;
    }

    /// <summary>Bytes of a file that a power cut leaves.</summary>
    public long Kept(string path)
    {
        lock (_names) return _flushed.GetValueOrDefault(path);
    }

    /// <summary>Takes from a copy of a folder what was not flushed.</summary>
    public void CutPower(string folder, string copy)
    {
        foreach (var path in Directory.GetFiles(copy, "*.log"))
        {
            using var file = File.OpenWrite(path);
            file.SetLength(Math.Min(Kept(Path.Combine(folder, Path.GetFileName(path))), file.Length));
        }
    }
}
