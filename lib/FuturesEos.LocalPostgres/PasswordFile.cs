using System.Security.Cryptography;

namespace FuturesEos.LocalPostgres;

/// <summary>The superuser's password, beside the data that it belongs to, readable by its owner only.</summary>
internal sealed class PasswordFile(ServerUser user, string folder)
{
    private const int Bytes = 24;

    public string Path { get; } = System.IO.Path.Combine(folder, "password");

    /// <summary>The password; made when there is none yet.</summary>
    public string ReadOrCreate()
    {
        // empty: whoever created the file died before it wrote
        if (File.Exists(Path) && File.ReadAllText(Path) is { Length: > 0 } kept)
            return kept;
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Bytes));
        using (var file = new StreamWriter(Path, options))
            file.Write(password);
        user.Give(Path);
        return password;
    }
}
