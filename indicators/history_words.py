"""What the history says of the standards, their evidence and scores.

The codes are kept for ever: the history is never written again.
"""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "assessment.open": _("opened the assessment"),
    "assessment.lock": _("locked the assessment"),
    "assessment.unlock": _("unlocked the assessment"),
    "assessment.submit": _("submitted to OBEC"),
    "assessment.take_up": _("opened what was submitted"),
    "assessment.take_back": _("took the submission back"),
    "edition.import": _("imported an edition"),
    "edition.verify": _("marked an edition verified"),
    "edition.unverify": _("took back an edition's verification"),
    "rights.set": _("gave the rights of the order"),
    "assignment.assign": _("assigned"),
    "assignment.assign_many": _("assigned several"),
    "assignment.transfer": _("transferred"),
    "assignment.end": _("ended the assignment"),
    "project.create": _("added a project"),
    "project.update": _("changed a project"),
    "project.remove": _("removed a project"),
    "project.restore": _("restored a project"),
    "item.hand_in": _("handed in"),
    "item.take_back": _("took back"),
    "item.due": _("set a due date"),
    "question.ask": _("asked a question"),
    "question.answer": _("answered a question"),
    "question.withdraw": _("withdrew a question"),
    "review.save": _("wrote the indicator's review"),
    "evidence.add": _("added evidence"),
    "evidence.edit": _("changed evidence"),
    "evidence.revise": _("replaced evidence by a new revision"),
    "evidence.remove": _("removed evidence"),
    "evidence.restore": _("restored evidence"),
    "evidence.cite": _("cited evidence"),
    "evidence.withdraw": _("withdrew a citation"),
    "scores.hand_in": _("handed in their scores"),
    "scores.take_back": _("took back their scores"),
    "score.agree": _("recorded the agreed score"),
    "score.verify": _("recorded the verified score"),
}
KEYS = {
    "level": _("Level"),
    "reason": _("Reason"),
    "edition": _("Edition"),
    "title": _("Title"),
    "changed": _("Changed"),
    "item": _("Consideration"),
    "revision": _("Revision"),
    "strengths": _("Strengths"),
    "to_improve": _("To improve"),
    "problems": _("Problems and obstacles"),
    "measures": _("Measures"),
    "indicator": _("Indicator"),
}
