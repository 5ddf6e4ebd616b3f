namespace FuturesEos.ServiceDefaults.Options;

/// <summary>
/// Makes a property of an options class an option of the command line as well. Its configuration key is the class's
/// section and the property's name, or its <c>ConfigurationKeyName</c>; its default is the property's initial value.
/// </summary>
/// <param name="option">Name on the command line, with its dashes: <c>--commit-interval</c>.</param>
/// <param name="help">What it does, with its unit, in one line.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SettingAttribute(string option, string help) : Attribute
{
    /// <summary>Name on the command line, with its dashes.</summary>
    public string Option { get; } = option;

    /// <summary>What it does.</summary>
    public string Help { get; } = help;
}
