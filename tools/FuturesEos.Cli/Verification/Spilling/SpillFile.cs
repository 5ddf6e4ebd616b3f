using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Verification.Spilling;

/// <summary>
/// A file for what would not fit into memory: made when the first bytes come, readable for its owner alone, gone when
/// this process is, however it ends.
/// </summary>
internal sealed class SpillFile : IDisposable
{
    private FileStream? _file;
    private long _length;

    /// <summary>Appends.</summary>
    /// <returns>Where the bytes lie.</returns>
    /// <exception cref="ExpectedFailure">The disk is full, or the folder cannot be written.</exception>
    public long Append(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _file ??= Create();
            RandomAccess.Write(_file.SafeFileHandle, bytes, _length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ExpectedFailure.Unreachable(
                $"{Path.GetTempPath()} cannot take what is compared: {e.Message}; TMPDIR names another folder", e);
        }

        var at = _length;
        _length += bytes.Length;
        return at;
    }

    /// <summary>Reads what lies at a place.</summary>
    public void Read(long at, Span<byte> into)
    {
        while (into.Length > 0)
        {
            var read = RandomAccess.Read(_file!.SafeFileHandle, into, at);
            if (read == 0)
                throw new EndOfStreamException($"the file of {_length} bytes was shortened by somebody else");
            into = into[read..];
            at += read;
        }
    }

    public void Dispose() => _file?.Dispose();

    private static FileStream Create()
    {
        var path = Path.Combine(Path.GetTempPath(), $"eos-verify-{Guid.NewGuid():N}");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.Delete, BufferSize = 0,
            Options = OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileStream(path, options);
        if (!OperatingSystem.IsWindows()) File.Delete(path); // it lives on for whoever has it open
        return file;
    }
}
