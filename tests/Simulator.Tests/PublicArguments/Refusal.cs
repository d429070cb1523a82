namespace Mxact.Simulator.Tests.PublicArguments;

/// <summary>A call with one bad argument, and the parameter that has to be named for it.</summary>
/// <param name="Member">Type and member, as <see cref="PublicMembers.NameOf"/> writes them.</param>
/// <param name="Parameter">The parameter; for a property that is set, the property.</param>
/// <param name="What">What is wrong with it.</param>
/// <param name="Call">The call.</param>
internal sealed record Refusal(string Member, string Parameter, string What, Action Call)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Member}: {Parameter} {What}";
}
