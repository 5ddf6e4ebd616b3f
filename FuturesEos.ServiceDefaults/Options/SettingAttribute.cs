namespace FuturesEos.ServiceDefaults.Options;

/// <summary>
/// Makes a property of an options class an option of the command line and a setting of the configuration. Its default
/// is the property's initial value, and stands nowhere else.
/// </summary>
/// <param name="option">Name on the command line, with its dashes: <c>--commit-interval</c>.</param>
/// <param name="key">Configuration key: <c>Streams:CommitInterval</c> (as an environment variable
/// <c>Streams__CommitInterval</c>).</param>
/// <param name="help">What it does, with its unit, in one line.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SettingAttribute(string option, string key, string help) : Attribute
{
    /// <summary>Name on the command line, with its dashes.</summary>
    public string Option { get; } = option;

    /// <summary>Configuration key, sections separated by colons.</summary>
    public string Key { get; } = key;

    /// <summary>What it does.</summary>
    public string Help { get; } = help;

    /// <summary>Whether the value is a secret: help and errors then never show it.</summary>
    public bool IsSecret { get; init; }
}
